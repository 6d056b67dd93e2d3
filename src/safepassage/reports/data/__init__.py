"""What a report or the explorer shows, as stored data."""
