"""Decisions and questions in German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.note_words import NoteWords
from agents.diarist.offline.rules.patterns import phrases

_DECIDED = r"(?:entschieden|beschlossen|geeinigt|vereinbart|festgelegt|entschlossen|ausgemacht|abgemacht|verständigt|gewählt|ausgesucht|ausgewählt|festgemacht)"

NOTES = NoteWords(
    decisions=phrases(
        rf"(?:ich|wir) (?:habe|haben|hab)\b[^.?!]*\b{_DECIDED}\b",
        rf"(?:habe|haben|hab) (?:ich|wir)\b[^.?!]*\b{_DECIDED}\b",
        r"(?:ich|wir) (?:entschieden?|entschied|beschloss(?:en)?|einigten uns|einigen uns|entscheiden uns|entscheide mich)\b",
        r"(?:meine|unsere|die) (?:\w+ )?Entscheidung (?:ist (?:\w+ )?(?:gefallen|getroffen)|steht|lautet|ist)\b",
        r"(?:es bleibt|bleibt es|wir bleiben|ich bleibe) (?:\w+ )?(?:dabei|bei)\b", r"dabei bleibt(?:'s| es)",
        r"(?:das|es|damit) (?:ist|war) (?:jetzt |nun |somit |also )?(?:entschieden|beschlossen|abgemacht|beschlossene Sache)\b", r"(?:beschlossene Sache|abgemacht)\W*$",
        r"(?:das|es|der \w+|die \w+|damit) steht (?:jetzt |nun |damit |endlich )?fest\b", r"fest steht\b",
        r"wir sind (?:\w+ )?so verblieben\b", r"wir sind uns (?:\w+ )?einig(?: geworden)?\b(?!\s*,?\s*nicht)",
        r"(?:ab jetzt|ab sofort|von jetzt an|von nun an|ab heute|ab morgen|künftig)\s+(?:\w+e|\w+en|wird|werden|will) (?:ich|wir)\b",
        r"(?:wir|ich) (?:machen|mache) (?:es|das) (?:jetzt )?so\b",
        r"(?:wir nehmen|ich nehme) (?:jetzt |nun |also |doch |dann )?(?:den|die|das)\b[^.?!]*\b(?:an|fest)\W*$",
    ),
    undecided=phrases(
        rf"(?:noch nicht|nicht|nichts|noch nichts|kein\w*|nie)\b[^.,;]{{0,40}}\b{_DECIDED}",
        rf"(?:ob|wenn|falls|sobald|bevor|fast|beinahe) [^.]*\b{_DECIDED}", r"noch (?:offen|unklar)\b", r"entschieden habe ich (?:noch )?(?:nichts|nicht)",
    ),
    wonders=phrases(
        r"(?:ich|wir) (?:frage|fragen) (?:mich|uns)\b", r"frage ich mich\b", r"fragen wir uns\b",
        r"(?:ich|wir) (?:weiß|wissen)\b[^.,]{0,20}\bnicht,? (?:ob|wie|was|wann|warum|wer|welche\w*|wohin)\b",
        r"weiß ich (?:\w+ ){0,2}nicht,? (?:ob|wie|was|wann|warum|wer|welche\w*|wohin)\b",
        r"(?:ich bin|wir sind|bin ich) (?:mir |uns )?(?:noch )?(?:nicht |un)\s?sicher,? (?:ob|wie|was|wann|welche\w*)\b",
        r"(?:offen|unklar|fraglich) (?:ist|bleibt)\b", r"keine ahnung,? (?:ob|wie|wann|wer|welche\w*|warum)\b", r"die (?:große |offene )?frage ist\b", r"mal sehen,? ob\b",
    ),
    asks=re.compile(
        r"^(?:(?:und|aber|so|also|ach|hm|okay)\s+)*(?:(?:soll|sollen|sollte|sollten|kann|können|könnte|darf|dürfen|brauche|brauchen|haben|gibt|ist|sind) (?:ich|wir|es|das|der|die)\b(?!.*\b(?:dann|nicht)\b)"
        r"|(?:wer|wann|warum|wieso|weshalb|woher|wohin|welche\w*)\s+\w+|wie (?:lange|viel|viele|oft|teuer|weit|spät|soll|kann|komme|kommen|mache|machen|geht|war|heißt)\b|wo (?:ist|sind|kann|soll|finde|finden|bekomme|gibt)\b|was (?:ist|soll|sollen|kann|mache|machen|kostet|brauche|brauchen|war) (?:ich|wir|das|die|der|eigentlich|noch)\b)",
        re.IGNORECASE,
    ),
    asked_by_others=phrases(
        r"(?!ich\b|wir\b)\w+ (?:hat (?:\w+ )?gefragt|fragte|wollte wissen|will wissen|wollen wissen|wollten wissen|fragt|fragen)\b(?! ich)(?! wir)(?! mich)(?! uns)", r"hat (?:mich|uns) (?:\w+ )?gefragt\b", r"hat (?:\w+ ){1,3}gefragt\b", r"(?:fragte|fragt) (?:mich|uns)\b",
    ),
    rhetorical=re.compile(
        r"\b(?:oder|nicht wahr|ne|gell|weißt du|okay|was|ja|verstehst du|nicht|oder nicht|oder was|stimmt's|weißt du noch)\s*\?$"
        r"|^(?:(?:und|aber|ach|tja|na|also|mal ehrlich|ehrlich)\b,?\s*)*(?:wer (?:weiß|hätte|braucht|kennt das|will schon|mag das|sagt)\b|warum (?:nicht\W*$|auch nicht|immer ich|ausgerechnet)|na und|was soll(?:'s|s| das| man| ich schon| ich da)?\b(?! ich (?!schon|da))|weißt du\b|wisst ihr|kennst du|kennt ihr|was will man|was wäre|ist das nicht|ist (?:das|der|die) \w+ nicht|ist es nicht|sind (?:wir|sie) nicht|muss das sein|wie (?:kann man nur|schön ist|geil|cool ist|blöd kann|konnte ich nur|soll das|geht's|geht es dir)|wo (?:bleibt|ist) (?:nur )?die zeit"
        r"|glaubst du|kannst du dir|könnt ihr euch|was glaubst du|kann das wahr sein|geht's noch|habe? ich(?:'s| es) nicht gesagt|was habe ich mir (?:nur |bloß )?(?:dabei )?gedacht|was kann (?:da )?schon|wieso (?:immer|eigentlich immer) ich|warum (?:passiert|muss) (?:so etwas|mir das|das) immer|bin ich (?:die |der )?einzige)",
        re.IGNORECASE,
    ),
    opens_quote=re.compile(r"\b(?:und (?:der|die|er|sie) (?:dann )?so|(?:er|sie|der|die|[A-ZÄÖÜ]\w+) (?:sagte|sagt|meinte|meint|fragte|fragt|rief|schrieb)(?: zu mir| mir)?|(?:gesagt|gefragt|gemeint))\s*[,:]\W*$|\bund (?:der|die|er|sie) (?:dann )?so\W*$", re.IGNORECASE),
)  # fmt: skip
