"""What the product does, whoever asks: commands, sweeps, and the use cases that read the record."""
