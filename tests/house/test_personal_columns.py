"""Every column that can hold words: a person's, and what erases it, or nobody's.

A new column fails here until somebody decides. What ``retention.erasing`` erases is filled in
``tests/integration/retention``: add it there, too.
"""

from sqlalchemy import JSON, Date, DateTime, Integer, Numeric
from sqlalchemy import types as sqltypes

from app.db import Base
from app.db.types import UtcDateTime

WISHES = "personal: erased with the wishes"
CONTACTS = "personal: erased with the contacts"
NAMES = "personal: erased with the names"
LETTERS = "personal: erased with the contacts, by mail.outbox, or by mail.forgetting"
BOUNCES = "personal: erased with the contacts, or by mail.bounces.forgetting"
INTEREST = "personal: erased by interest.forgetting"
INVITED = "personal: erased with the contacts by invitations.forgetting"
AUDIT = "personal: erased by auth.audit.erase"
FILES = "personal: erased after days by imports.forgetting or with the file, on request at once"
AT_ONCE = "personal: erased as soon as it is answered"
STAFF = "of the office itself: kept as long as the account"
SAID = "what the office says to many or to itself, not about one person"
NOBODY = "not personal"

COLUMNS = {
    "account": {STAFF: "email name password fs_uniquifier tf_primary_method tf_totp_secret "
                "mf_recovery_codes fs_webauthn_user_handle"},
    "account_passkey": {STAFF: "name usage credential_id public_key transports device_type "
                        "extensions"},
    "account_role": {NOBODY: "name description"},
    "answer": {WISHES: "text"},
    "arrangement": {WISHES: "supplier note known_text", NOBODY: "state"},
    "association": {SAID: "settings logo"},
    "association_logo": {SAID: "data"},
    "attendance": {NOBODY: "kind desk was_state was_way"},
    "audit_entry": {NOBODY: "actor action subject fields"},
    "audit_value": {AUDIT: "before after"},
    "booking": {
        NAMES: "sort_key search_key role_key organisation_key",
        CONTACTS: "identity beyond",
        NOBODY: "way state channel standing",
    },
    "bulk_act": {SAID: "reason", NOBODY: "kind way key"},
    "bulk_task": {NOBODY: "outcome"},
    "calendar_reply": {BOUNCES: "uid attendee attendee_key partstat"},
    "campaign": {SAID: "subject body subject_en body_en", NOBODY: "state reason audience"},
    "contact_attempt": {NOBODY: "outcome"},
    "count_order": {NOBODY: "numbers"},
    "event": {SAID: "title summary description date_note venue_name venue_address access audience "
              "hosts fee bring contact report online_url",
              NOBODY: "slug kind state zone standings admission"},
    "event_choice": {SAID: "label", NOBODY: "code"},
    "event_file": {SAID: "title filename data", NOBODY: "media_type audience"},
    "event_notice": {SAID: "reason", NOBODY: "kind"},
    "event_question": {SAID: "label help", NOBODY: "preset kind asked way"},
    "event_way": {NOBODY: "way"},
    "host": {SAID: "name sender address telephone reply_to"},
    "import_row": {FILES: "name number given changes problems over digest", NOBODY: "fate"},
    "import_run": {
        FILES: "data samples headings counts",
        SAID: "filename sheet",
        NOBODY: "state kind encoding matching options",
    },
    "invitation": {INVITED: "label email", NOBODY: "locale"},
    "interest": {INTEREST: "name organisation email email_key", NOBODY: "locale state"},
    "job": {NOBODY: "kind locale state reason holder", FILES: "params result"},
    "job_file": {FILES: "data", NOBODY: "filename media_type"},
    "letter_text": {SAID: "subject body", NOBODY: "kind locale"},
    "link_request": {AT_ONCE: "email email_key locale"},
    "mail_address": {BOUNCES: "address_key address reply", NOBODY: "state reason soft_reason"},
    "mail_check": {NOBODY: "name findings"},
    "outbox_letter": {
        LETTERS: "to_address to_name subject body invites snapshot unsubscribe_url reply",
        NOBODY: "key purpose locale state holder reason",
    },
    "participant": {NAMES: "name reading organisation role", NOBODY: "standing"},
    "person_apart": {NOBODY: "decision likeness"},
    "plan": {NOBODY: "law kind"},
    "plan_task": {SAID: "title title_en assignee note", NOBODY: "code unit"},
    "plan_template": {SAID: "tasks", NOBODY: "kind"},
    "preference": {STAFF: "name value"},
    "printed_label": {CONTACTS: "stamp", NOBODY: "kind"},
    "privacy_notice": {SAID: "text items partners purpose responsible address representative"},
    "rate_counter": {NOBODY: "key"},
    "read_folder": {NOBODY: "name"},
    "received_message": {NOBODY: "key kind"},
    "reception_pass": {SAID: "label"},
    "registration": {
        CONTACTS: "contact_name contact_organisation email email_key telephone fax postal_address "
                  "coming note form_digest",
        NOBODY: "channel locale form_key change_key erased",
    },
    "reminder_rule": {SAID: "subject body subject_en body_en", NOBODY: "unit audience"},
    "retention_run": {NOBODY: "kind"},
    "series": {NOBODY: "slug number_letter"},
    "tick": {NOBODY: "name holder paused_reason"},
}  # fmt: skip


def can_hold_words(kind: sqltypes.TypeEngine[object]) -> bool:
    known = (Integer, Numeric, Date, DateTime, UtcDateTime, sqltypes.Boolean)
    return not isinstance(kind, known) or isinstance(kind, JSON)


def test_every_column_that_can_hold_words_is_known_to_the_erasing() -> None:
    told = {
        (table, name): why
        for table, groups in COLUMNS.items()
        for why, names in groups.items()
        for name in names.split()
    }
    stored = {
        (table.name, column.name)
        for table in Base.metadata.sorted_tables
        for column in table.c
        if can_hold_words(column.type)
    }
    assert stored - set(told) == set(), "is it personal, and what erases it?"
    assert set(told) - stored == set(), "columns that are not there"
