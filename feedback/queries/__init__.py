from feedback.queries.voices import feedback_voices

__all__ = ["feedback_voices"]
