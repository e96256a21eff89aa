"""The reviews of a running placement: asked for, held, decided, and the periods they set."""
