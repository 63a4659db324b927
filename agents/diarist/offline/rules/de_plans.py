"""What is to come, in German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.patterns import phrases
from agents.diarist.offline.rules.plan_words import PlanWords

_GO = r"(?:treffe|treffen|besuche|besuchen|fliege|fliegen|fahre|fahren|gehe|gehen|reise|reisen|ziehe|ziehen|feiere|feiern|heirate|heiraten|starte|starten|spiele|spielen|nehme|nehmen|habe|haben|hab|bin|sind|muss)"
_KIN = r"(?:Schwester|Bruder|Mutter|Vater|Chef|Chefin|Freund|Freundin|Kollege|Kollegin|Nachbar|Nachbarin|Tante|Onkel|Eltern|Cousine|Cousin)"
_OTHER = rf"(?:er|sie|(?:mein|meine|ihr|ihre|sein|seine|unser|unsere) {_KIN}|(?-i:[A-ZÄÖÜ])\w+)"

PLANS = PlanWords(
    event_words=phrases(
        r"(?!\w*(?:gessen|messen|ressen|beispiel|anzug|bezug|aufzug|entzug|verlauf|ablauf|lebenslauf|einkauf|unterstunde)\b)\w*(?:termin|fest|ausstellung|lesung|picknick|unterricht|besprechung|treffen|konzert|party|feier|prüfung|klausur|flug|hochzeit|geburtstag|vorstellungsgespräch|gespräch"
        r"|kurs|probe|training|essen|vortrag|workshop|konferenz|kino|theater|zahnarzt|tierarzt|arzt|ärztin|zug|frühstück|frist|besichtigung|premiere|einlass|auftritt|taufe|beerdigung|umzug|abgabe|kontrolle|untersuchung|impfung|physiotherapie|lieferung|übergabe|runde|eröffnung|einweihung|führung|gottesdienst|krippenspiel|rennen|lauf|marathon|abschied|brunch|grillen|kaffee"
        r"|elternabend|besuch|ausflug|meeting|vorstellung|verabredung|stunde|sitzung|reise|friseur|spiel|turnier|abendessen|mittagessen|ferien|urlaub)\b"
    ),
    event_verbs=phrases(
        r"(?:treffe|treffen|besuche|besuchen|fliege|fliegen|fahre|fahren|sehe|gehe|gehen|komme|kommen|reise|reisen|ziehe|ziehen|feiere|feiern|heirate|heiraten) (?:ich|wir|mich|uns|sie|er)\b",
        r"(?:ich|wir) (?:treffe|treffen|besuche|besuchen|fliege|fliegen|fahre|fahren|gehe|gehen|reise|reisen|ziehe|ziehen|feiere|feiern|heirate|heiraten)\b",
        r"(?:kommt|kommen|beginnt|fängt|startet|findet|fährt|landet|endet|läuft|steigt|schließt|öffnet)\b",
        r"(?:ich|wir) (?:bin|sind) (?:\w+ ){0,6}verabredet", r"(?:bin|sind) (?:ich|wir) (?:\w+ ){0,6}verabredet",
    ),
    copula=re.compile(r"\w\s+(?:ist|sind|wird|findet|wurde auf|wird auf|ist jetzt|ist auf)\s*$", re.IGNORECASE),
    past=re.compile(
        r"\b(?:war|waren|hatte|hatten|ging|gingen|traf|trafen|wurde|wurden|sagte|kam|kamen|gab|fuhr|saß|stand|sah|sahen|lief|blieb|schlief|aß|fand|musste|mussten|wollte|wollten|konnte|konnten|flog|begann|spielte|machte"
        r"|ge\w{3,}(?:t|en)|(?:ab|an|auf|aus|ein|mit|vor|zurück|zu)ge\w+(?:t|en)|be\w+t habe|telefoniert|besucht)\b",
        re.IGNORECASE,
    ),
    not_past=re.compile(
        r"\b(?:gebucht|ausgemacht|eingeladen|geplant|gemacht|bekommen|vereinbart|reserviert|gehen|gegen|gern|gerne|genau|gesund|gestern|wurden?\b(?=.*\b(?:verschoben|verlegt|vorgezogen|angesetzt)\b)|angesetzt|geburt\w*|gespräch\w*|geschenk\w*|gemüse\w*|gericht\w*|getränk\w*|gebäude\w*|gelände\w*|geschwister\w*|gewitter|gesellschaft\w*|gelegenheit|gebirge|gebiet|gedicht\w*"
        r"|gesagt|sagte|geht|geben|getauscht|gemeinsam|gemütlich|gesamte\w*|genug|gerade|geschäft\w*|gespannt|gehalten|gesprochen)\b",
        re.IGNORECASE,
    ),
    called_off=phrases(r"abgesagt", r"abgeblasen", r"gestrichen", r"fällt\b.*\b(?:aus|flach)\b", r"ausgefallen", r"findet (?:\w+ ){0,6}nicht statt", r"verschoben auf unbestimmt", r"storniert", r"geplatzt"),
    recurring=phrases(r"jede[nrs]? \w+", r"immer\b", r"normalerweise\b", r"meistens\b", r"(?:montags|dienstags|mittwochs|donnerstags|freitags|samstags|sonntags)\b", r"(?:einmal|zweimal) (?:die|in der|pro) Woche"),
    denied=re.compile(r"\b(?:nicht|nie|niemand|kein\w*)\b(?! (?:vergessen|nur|vor|erst|mehr lange|erwarten)\b)", re.IGNORECASE),
    conditional=re.compile(r"\b(?:wenn|falls|sofern|vielleicht|eventuell|womöglich|könnte|könnten|würde|würden|müsste|müssten|möglicherweise|mal sehen|hätte|hätten|überlege|überlegen)\b", re.IGNORECASE),
    others_plan=phrases(
        r"(?:sagte|sagt|meinte|meint|erzählte|gesagt|erzählt|schrieb|geschrieben),?\s+(?:dass )?(?:er|sie|es)\b", r"(?:er|sie) (?:hat|ist|will|wird|geht|fährt|zieht|fliegt|muss|möchte|trifft|macht)\b",
        r"(?:hat|ist|will|wird|geht|fährt|zieht|fliegt|muss|trifft|macht) (?:er|sie)\b",
        rf"{_OTHER} (?:fliegt|zieht|reist|heiratet|fährt|geht|hat)\s+(?!ab\b|los\b)", rf"(?:fliegt|zieht|reist|heiratet|fährt|geht|hat) {_OTHER}\b",
    ),
    of_us=re.compile(r"\b(?:ich|mich|mir|wir|uns|bei uns|zu uns|zu mir|flug|zug|bus|fähre|bahn|schiff)\b", re.IGNORECASE),
    title_lead=re.compile(
        r"^(?:[,:\s]+|(?:und|auch|also|dann|ach|ja|übrigens|außerdem|aber|äh+m?|ähm)\b,?\s*"
        rf"|(?:ich|wir)\s+{_GO}\b(?:\s+(?:mich|uns|auch|noch|dann))*\s*"
        rf"|{_GO}\s+(?:ich|wir)\b(?:\s+(?:mich|uns|auch|noch|dann))*\s*"
        r"|(?:ist|sind|gibt es|findet|beginnt|steht)\b\s*|(?:ein|eine|einen|einem|der|die|das|den|mein|meine|meinen|unser|unsere)\s+)",
        re.IGNORECASE,
    ),
    title_tail=re.compile(r"\s+(?:ist|sind|um|am|an|auf|im|und|statt|der|die|das|dem|habe ich|gebucht|ausgemacht|vereinbart|bekommen|fängt|verschoben|verlegt|angesetzt|findet|wird|wurde)$", re.IGNORECASE),
    title_inverted=re.compile(
        r"^(?P<verb>kommt|kommen|beginnt|startet|fängt|besucht|holt|fährt|fliegt|hat|ist) (?P<subject>sie|er|es|(?:meine?|unsere?|der|die|das) \w+|[A-ZÄÖÜ]\w+)\b",
    ),
)  # fmt: skip
