from datetime import datetime

from sqlmodel import Field, SQLModel

from core.db import BigKey, UtcTime


class AuditEntry(SQLModel, table=True):
    """One thing that was done. `about` names what it was done to, by id or key: no words, names or addresses.

    `digest` is over this entry and the digest before it; `mark` is the digest's keyed hash, which nobody makes anew
    who has the database and not the key.
    """

    __tablename__ = "audit_entry"
    number: int = Field(primary_key=True, sa_type=BigKey, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcTime)
    who: str
    what: str = Field(index=True)
    about: str = ""
    previous: str
    digest: str
    mark: str
