"""Licences: what a source's text names, and whether the licences of a work let one do something with it."""

from kg.licences.facts import Statement, action_named, actions
from kg.licences.reasoning import OpenEnd, Outcome, Verdict, Why, may
from kg.licences.table import Named, licence_of

__all__ = [
    "Named",
    "OpenEnd",
    "Outcome",
    "Statement",
    "Verdict",
    "Why",
    "action_named",
    "actions",
    "licence_of",
    "may",
]
