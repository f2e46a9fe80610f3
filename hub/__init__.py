"""What the Hugging Face Hub and other servers tell of files that are not here."""
