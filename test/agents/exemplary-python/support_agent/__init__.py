"""The support agent of Harbour Supplies."""
