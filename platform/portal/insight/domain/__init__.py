"""What is read and found of a class's work."""
