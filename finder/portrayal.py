"""People's pages to the JSON of the HTTP interface."""

from collections.abc import Iterable
from datetime import datetime

from finder.corrections import Note
from finder.held import OwnDocument, OwnFact, OwnPage, OwnTopic
from finder.portrait import Achievements, HeldSkill, Neighbour, PersonPage, Praise, Similar, SkillPage, Timeline
from finder.serial import Json, document_url, person_url, profile, summary
from finder.workbench.mentions import Mention


def person_page(page: PersonPage, root: str = "") -> Json:
    """Return the body of one person. `root` is the path under which the service lives, without a slash at its end."""
    return {
        **profile(page.profile, root),
        "skills": [_skill(skill) for skill in page.skills],
        "bio": page.bio,
        "interests": list(page.interests),
        "documents": [summary(document, root) for document in page.documents],
        "document_count": page.document_count,
        "timeline": _timeline(page.timeline),
        "near": [_neighbour(neighbour, root) for neighbour in page.near],
        "groups_in_common": [{"id": group.id, "name": group.name} for group in page.groups],
        "achievements": _achievements(page.achievements, root),
    }


def skill_page(page: SkillPage, root: str = "") -> Json:
    """Return the body of one skill of a person."""
    return {
        "person": profile(page.profile, root),
        "skill": _skill(page.skill),
        "documents": [summary(document, root) for document in page.documents],
    }


def similar(found: Iterable[Similar], root: str = "") -> Json:
    """Return the body of the people who know similar things, each with what both know."""
    return {"people": [{**profile(other.profile, root), "shared": list(other.shared)} for other in found]}


def own_page(page: OwnPage, root: str = "") -> Json:
    """Return the body of what is held of the person who asks."""
    return {
        "id": page.id,
        "name": page.name,
        "url": person_url(page.id, root),
        "paused": page.paused,
        "indexed": page.indexed,
        "facts": [_fact(fact) for fact in page.facts],
        "accounts": list(page.accounts),
        "groups": [_fact(group) for group in page.groups],
        "topics": [_topic(topic) for topic in page.topics],
        "documents": [_document(document, root) for document in page.documents],
        "document_count": page.document_count,
        "notes": [{"about": note.about, "text": note.text, "created": _moment(note.created)} for note in page.notes],
        "confirmed": [{"id": confirmed.id, "name": confirmed.name, "skill": confirmed.skill} for confirmed in page.confirmed],
        "feedback": page.feedback,
        "given": page.given,
        "audited": page.audited,
        "sign_ins": page.sign_ins,
        "shown_in": [_mention(mention) for mention in page.shown_in],
    }


def notes(found: Iterable[Note]) -> Json:
    """Return the body of what people wrote to the administrators."""
    return {"notes": [{"person": note.person, "about": note.about, "text": note.text, "created": _moment(note.created)} for note in found]}


def _mention(mention: Mention) -> Json:
    decisions = [{"at": _moment(held.at), "stage": held.stage.value, "reason": held.reason} for held in mention.decisions]
    return {"purpose": mention.purpose, "created": _moment(mention.created), "until": _moment(mention.until), "decisions": decisions}


def _fact(fact: OwnFact) -> Json:
    return {"field": fact.field, "value": fact.value, "source": fact.source}


def _topic(topic: OwnTopic) -> Json:
    endorsers = [{"id": person.id, "name": person.name} for person in topic.endorsers]
    counted = {"documents": topic.documents, "endorsers": endorsers, "muted": topic.muted}
    return {"name": topic.name, "interest": topic.interest, "origins": list(topic.origins), **counted}


def _document(document: OwnDocument, root: str) -> Json:
    return {
        "id": document.id,
        "title": document.title,
        "kind": document.kind,
        "created": document.created,
        "source": document.source,
        "roles": list(document.roles),
        "edited": document.edited,
        "visibility": document.visibility,
        "topics": list(document.topics),
        "hidden": document.hidden,
        "url": document_url(document.id, root),
    }


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


def _skill(skill: HeldSkill) -> Json:
    return {
        "name": skill.name,
        "origin": skill.origin,
        "documents": skill.documents,
        "endorsements": skill.endorsements,
        "endorsed_by_me": skill.mine,
    }


def _timeline(timeline: Timeline) -> Json:
    years = [{"year": year.year, "counts": list(year.counts)} for year in timeline.years]
    return {"topics": list(timeline.topics), "years": years, "unplaced": timeline.unplaced}


def _neighbour(neighbour: Neighbour, root: str) -> Json:
    counted = {"documents": neighbour.documents, "threads": neighbour.threads, "same_team": neighbour.team}
    return {"person": profile(neighbour.profile, root), **counted}


def _achievements(achievements: Achievements, root: str) -> Json:
    return {
        "accepted": _praise(achievements.accepted, root),
        "thanked": _praise(achievements.thanked, root),
        "voted": [{"document": summary(voted.document, root), "votes": voted.votes} for voted in achievements.voted],
    }


def _praise(praise: Praise, root: str) -> Json:
    return {"count": praise.count, "documents": [summary(document, root) for document in praise.documents]}
