"""The worker process: the placements' workflows, their activities, and the subscriptions."""
