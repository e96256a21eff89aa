"""The decision: the meeting before it, the pupil's plan, and the determination itself."""
