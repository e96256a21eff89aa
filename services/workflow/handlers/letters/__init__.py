"""The parts of the letter sender: what it queues, how a letter is addressed and sent, what becomes of it."""
