"""Where a budget would save most people, and what it would be worth to know more."""
