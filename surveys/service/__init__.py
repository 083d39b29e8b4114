"""Writing on the ask floor: one function, one intention, one transaction."""

from surveys.service.publishing import install_survey

__all__ = ["install_survey"]
