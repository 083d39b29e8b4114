"""The published promises. Each names the tests that hold it; a test holds that those tests are there."""

from dataclasses import dataclass

from core.i18n import gettext as _


@dataclass(frozen=True)
class Promise:
    words: str
    tests: tuple[str, ...]


def lines() -> list[Promise]:
    return [*_stored(), *_answered()]


def _stored() -> list[Promise]:
    return [
        Promise(
            _("We do not record who you are. Stored is your message, without name, account, address or browser."),
            ("test_canary_no_trace_of_the_sender_anywhere", "test_linker_is_at_chance_level"),
        ),
        Promise(
            _("No time finer than a day is stored with it, in no row, id, header, file or queue."),
            ("test_b3_coarse_time_only",),
        ),
        Promise(
            _("It is passed on after a wait drawn by lot, in random order together with all others of that night."),
            ("test_a_release_writes_all_rows_anew_in_one_transaction", "test_linker_is_at_chance_level"),
        ),
        Promise(
            _("Your words are stored sealed: a stolen copy of the database does not tell them, nor your receipt."),
            ("test_b7_sealed_at_rest", "test_b7_neither_the_server_nor_a_backup_tells_the_words"),
        ),
        Promise(
            _("What is withdrawn or past its day leaves the files of the database by the next night, free pages too."),
            ("test_b8_gone_means_gone", "test_b8_erased_words_of_a_name_leave_the_files_too"),
        ),
        Promise(
            _("Nobody can see whether or when you look for an answer."),
            ("test_b10_no_presence",),
        ),
    ]


def _answered() -> list[Promise]:
    return [
        Promise(
            _("Your receipt is drawn by lot with more than 100 random bits. We keep only a keyed hash of it."),
            ("test_c1_receipt_strength", "test_c4_never_in_a_url"),
        ),
        Promise(
            _("Whoever guesses receipts learns nothing, and whoever sees the line cannot tell what you open here."),
            (
                "test_c3_no_oracle",
                "test_c3_every_wrong_receipt_costs_the_same",
                "test_all_pages_of_the_channel_are_of_one_length",
            ),
        ),
        Promise(
            _("Whoever finds your receipt reads the answers, not what you wrote, unless this installation says so."),
            ("test_c6_stolen_receipt_shows_little", "test_c7_own_thread_only"),
        ),
        Promise(
            _("No mail is ever sent to somebody anonymous, whatever address stands in the text."),
            ("test_c8_never_mails_the_author",),
        ),
        Promise(
            _("A message that nobody has read is not deleted by a timer alone."),
            ("test_h12_retention_never_eats_the_unread",),
        ),
        Promise(
            _("However many messages arrive, none that was accepted is dropped and nobody is shut out."),
            ("test_g4_flood", "test_g5_proof_of_work_replay"),
        ),
        Promise(
            _("Reading what is hidden needs a reason and a second person, and is written down for good."),
            ("test_e6_break_glass",),
        ),
    ]


def not_promised() -> list[str]:
    return [
        _("That nobody can ever find out. Your words may give you away, and so may what only you know."),
        _("That your network or your device does not see the visit. Use a private one, and do not sign in."),
        _("That a copy made between your message and the next night tells nothing of when it came."),
        _("That backups and the database's logs forget at once: they keep it, sealed, until they are replaced."),
        _("That those who run this program cannot change it. They could."),
        _("That one message in a quiet week is lost among others: there are none to be lost among."),
    ]
