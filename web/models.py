"""Every table of every floor, imported for whoever needs the whole schema."""

import analysis.models
import core.audit.models
import core.auth.models
import core.outbox
import core.webhooks.models
import feedback.models
import journeys.models
import surveys.models
import value.models

__all__ = ["analysis", "core", "feedback", "journeys", "surveys", "value"]
