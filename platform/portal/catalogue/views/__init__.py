"""What an exercise hands out, new classes, and until when a class works on what."""
