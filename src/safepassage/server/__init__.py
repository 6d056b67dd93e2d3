"""The explorer's server: kept answers at once, fresh what-ifs from one worker, on loopback."""
