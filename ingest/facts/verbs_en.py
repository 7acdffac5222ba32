"""Base forms of the verbs that say what somebody is asked to do, as met in 120 resolutions."""

from __future__ import annotations

__all__ = ["BASE_VERBS"]

_WORDS = """
    accede accelerate accept accord achieve act adapt address adopt advance align allocate allow amend
    analyse apply appoint approve arrange ascertain assess assist attend attract avail avoid base be
    become begin brief bring build carry cease celebrate circulate clarify close collaborate collect
    combat come commemorate commit communicate complete comply conclude conduct confirm consider
    consolidate consult contain continue contribute convene convey cooperate coordinate create deal
    declare dedicate define deliver demonstrate designate develop devote disaggregate discuss disseminate
    do draw elaborate elect eliminate embark empower enable encourage end endorse enforce engage enhance
    ensure enter entrust establish evaluate examine exchange exercise expand expedite explore extend
    facilitate finalize finance focus follow formulate foster fulfil fund further gather give grant guide
    have help hold host identify implement improve include incorporate increase inform initiate institute
    integrate intensify introduce invest invite involve issue join keep launch lead limit link maintain
    make map meet minimize mitigate mobilize monitor negotiate nominate notify observe offer
    operationalize organize participate pay place plan pledge prepare present preserve prevent prioritize
    proceed proclaim produce promote propose protect provide publicize publish pursue put raise ratify
    reach recognize recommend reduce refer reflect refrain reinforce release remain remove report request
    require respect respond restore review scale secure seek send serve set share sign sponsor step
    strengthen strive submit support sustain tackle take target terminate train transfer transmit
    undertake update upgrade uphold use utilize work
"""

BASE_VERBS = frozenset(_WORDS.split())
"""``submit``, ``report``, ``consider``…"""
