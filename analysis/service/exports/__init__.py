"""The experience report as files. All of them are made of the same lines, so their numbers agree."""

from analysis.service.exports import saying
from analysis.service.exports.lines import Chapter, Line, Pack, pack
from analysis.service.exports.printed import printed
from analysis.service.exports.sheets import as_csv, as_xlsx
from analysis.service.exports.slides import as_pptx
from analysis.service.exports.verifying import Verified, verify

__all__ = ["Chapter", "Line", "Pack", "Verified", "as_csv", "as_pptx", "as_xlsx", "pack", "printed", "saying", "verify"]
