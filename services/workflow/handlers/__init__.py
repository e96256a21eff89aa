"""What follows the record and leaves the transaction: documents, letters, waking others."""
