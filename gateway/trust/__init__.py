"""What is proved: keys, signatures, strict parsing, and what we fetch."""
