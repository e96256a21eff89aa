"""What time brings: deadlines, timers, misses, and duties judged again when days move."""
