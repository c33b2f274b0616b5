"""Invented Dutch materials, as many as a large catalogue has, of words as in real ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from gateway.core.materials import Objective, Publication, PublishedFragment

ADDRESS = "https://methode.meet.test/"
_SUBJECTS = """
    Wiskunde: breuken procenten vergelijkingen functies grafieken driehoeken hoeken oppervlakte
        inhoud machten wortels verhoudingen statistiek kansen tabellen formules letterrekenen
        meetkunde kwadraten ontbinden pythagoras sinus cosinus vectoren symmetrie parabolen
        rijen logaritmen
    Nederlands: spelling werkwoorden zinsdelen woordsoorten hoofdletters leestekens lezen
        schrijven spreken luisteren argumenteren samenvatten signaalwoorden tekstverbanden
        gedichten verhalen fictie woordenschat beeldspraak uitdrukkingen betogen recensies
        brieven debatten
    Biologie: cellen organen bloedsomloop ademhaling vertering spieren botten zintuigen hormonen
        voortplanting erfelijkheid evolutie ecosystemen voedselketens planten dieren bacterien
        schimmels fotosynthese gedrag afweer huid nieren zenuwen dna eiwitten enzymen kringlopen
    Geschiedenis: jagers boeren grieken romeinen monniken ridders steden ontdekkers hervormers
        regenten vorsten pruiken revoluties burgers stoommachines wereldoorlogen crisis
        bezetting koude oorlog dekolonisatie grondwet slavernij republiek gouden eeuw feodalisme
        industrie
    Aardrijkskunde: klimaat rivieren gebergten vulkanen aardbevingen bevolking migratie steden
        landschappen water dijken handel globalisering grondstoffen energie landbouw toerisme
        kaarten platentektoniek verwering erosie regenwoud woestijnen kusten polders armoede
        ontwikkeling
    Natuurkunde: krachten beweging snelheid versnelling energie warmte geluid licht lenzen
        elektriciteit spanning stroom weerstand schakelingen magnetisme druk dichtheid straling
        atomen trillingen golven arbeid vermogen rendement zwaartekracht massa veren hefbomen
    Scheikunde: stoffen mengsels scheiden reacties moleculen atomen ionen zouten zuren basen
        verbranding metalen koolstof polymeren evenwichten redox elektrolyse concentraties
        titratie periodiek systeem bindingen katalysatoren neerslag rekenen mol
    Economie: vraag aanbod markten prijzen inkomen belastingen sparen lenen rente inflatie werk
        werkloosheid ondernemen winst kosten omzet begroting banken geld verzekeren export
        import welvaart overheid concurrentie monopolie consumenten budget
    Engels: grammar tenses present past future irregular verbs reading listening speaking
        writing vocabulary idioms conditionals passive reported speech articles plurals pronouns
        adjectives adverbs prepositions questions letters stories
    Rekenen: optellen aftrekken vermenigvuldigen delen tafels getallen kommagetallen breuken
        procenten meten wegen klokkijken geld omtrek oppervlakte inhoud schatten afronden
        verhaalsommen hoofdrekenen getallenlijn deeltafels kolomsgewijs cijferen grafieken
        tabellen
"""
_HEADS = """
    toets boek som proef kaart lijst regel vraag model schema reeks groep kring plan taak
    verhaal onderzoek project practicum verslag spel werk blad les dossier begrip methode vorm
    tijd plaats
"""
_QUALITIES = """
    eenvoudige moeilijke gemengde nieuwe oude grote kleine snelle lange korte samengestelde
    praktische digitale mondelinge schriftelijke extra herhaalde gelijke omgekeerde lineaire
"""
_DOING = """
    herkennen berekenen vergelijken tekenen uitleggen onderzoeken toepassen ontleden vertalen
    beschrijven ordenen verklaren vereenvoudigen samenvatten controleren meten voorspellen
"""
_METHODS = """
    Nova Kompas Horizon Delta Stap Baken Prisma Venster Koers Spoor Bron Overal Zeker Helder
    Plus Wijzer Anker Vizier Kader Mozaiek
"""
SUBJECTS = {
    subject.partition(":")[0].strip(): subject.partition(":")[2].split()
    for subject in _SUBJECTS.strip().replace("\n        ", " ").splitlines()
}
HEADS, QUALITIES, DOING = _HEADS.split(), _QUALITIES.split(), _DOING.split()
METHODS = _METHODS.split()
LEVELS = ("vmbo-bk", "vmbo-kgt", "havo", "vwo", "groep 7", "groep 8")
CHAPTERS, PARAGRAPHS, EXERCISES = 8, 6, 20


@dataclass(frozen=True, slots=True)
class Invented:
    """A publication of the service numbered `service`."""

    service: int
    publication: Publication


def materials(fragments: int, services: int, random: Random) -> Iterator[Invented]:
    """Publications that have so many fragments together, their roots among them."""
    number = 0
    while fragments > 0:
        size = min(fragments, 1 + CHAPTERS * (1 + PARAGRAPHS * (1 + EXERCISES)))
        yield Invented(number % services, _publication(number, size, random))
        fragments -= size
        number += 1


def _publication(number: int, size: int, random: Random) -> Publication:
    subject = random.choice(list(SUBJECTS))
    level, year = random.choice(LEVELS), random.randint(1, 6)
    return Publication(
        key=f"product-{number}",
        title=f"{random.choice(METHODS)} {subject} {level} {year}",
        subjects=(subject,),
        levels=(level,),
        years=(year,),
        languages=("nl",),
        access_link=f"{ADDRESS}{number}",
        parts=_chapters(number, subject, size - 1, random),
    )


def _chapters(
    number: int, subject: str, left: int, random: Random
) -> tuple[PublishedFragment, ...]:
    found = []
    for chapter in range(1, CHAPTERS + 1):
        paragraphs = []
        left -= 1
        for paragraph in range(1, PARAGRAPHS + 1):
            if left > 0:
                left -= 1
                count = min(left, EXERCISES)
                left -= count
                name = f"{number}-{chapter}-{paragraph}"
                title = f"{chapter}.{paragraph} {_topic(subject, random)} {random.choice(DOING)}"
                paragraphs.append(_paragraph(name, title, subject, count, random))
        title = f"{chapter} {_topic(subject, random).capitalize()}"
        found.append(
            PublishedFragment(f"{number}-{chapter}", title, "chapter", parts=tuple(paragraphs))
        )
        if left <= 0:
            break
    return tuple(found)


def _paragraph(
    name: str, title: str, subject: str, count: int, random: Random
) -> PublishedFragment:
    exercises = tuple(
        PublishedFragment(
            f"{name}-{place}",
            _exercise(place, subject, random),
            "exercise",
            locator=f"{ADDRESS}{name}/{place}",
            activity_type="Oefening",
        )
        for place in range(1, count + 1)
    )
    objective = Objective(f"Je kunt {_topic(subject, random)} {random.choice(DOING)}")
    return PublishedFragment(
        name, title, "paragraph", f"{ADDRESS}{name}", objectives=(objective,), parts=exercises
    )


def _exercise(place: int, subject: str, random: Random) -> str:
    noun = random.choice(("Oefening", "Opdracht", "Vraag", "Toets", "Theorie"))
    return (
        f"{noun} {place}" if random.random() < 0.4 else f"{noun} {place}: {_topic(subject, random)}"
    )


def _topic(subject: str, random: Random) -> str:
    words = SUBJECTS[subject]
    word = random.choice(words)
    kind = random.random()
    if kind < 0.35:
        return word
    if kind < 0.6:
        return f"{random.choice(QUALITIES)} {word}"
    if kind < 0.8:
        return f"{word} en {random.choice(words)}"
    return word.removesuffix("en") + random.choice(words).removesuffix("en") + random.choice(HEADS)
