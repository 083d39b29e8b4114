"""Who did what that others have a right to know of: a chain of entries that shows when one was changed or taken out."""
