"""What is looked at before it comes in or goes out."""
