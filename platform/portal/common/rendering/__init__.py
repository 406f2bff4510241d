"""Text, Markdown, mathematics and notebooks as safe HTML."""
