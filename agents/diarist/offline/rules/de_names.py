"""People and places in German."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.name_words import NameWords
from agents.diarist.offline.rules.patterns import phrases, words

NAMES = NameWords(
    person_strong=phrases(
        r"(?:Herrn?|Frau|Dr\.|Doktor|Professor(?:in)?|Tante|Onkel|Opa|Oma|Familie|Schwester|Pfarrer|Trainer(?:in)?)\s+",
        r"(?:mein|meine|meinem|meinen|meiner|unsere?[mnr]?) (?:\w+ )?(?:Freund|Freundin|Schwester|Bruder|Chef|Chefin|Kollege|Kollegin|Kollegen|Nachbarin|Nachbarn?|Tante|Onkel|Mann|Frau|Cousine|Cousin|Sohn|Tochter|Neffe|Nichte|Mitbewohner(?:in)?),?\s+(?=(?-i:[A-ZÄÖÜ]))",
    ),
    person_after=re.compile(
        r"^\s+(?:sagte|sagt|meinte|meint|findet|erzählte|erzählt|hat (?:mir |mich |uns |ihn |sie )?(?:gesagt|erzählt|gemeint|angerufen|gebeten|gefragt|geschrieben|eingeladen|versprochen|vorgeschlagen)|rief|lachte|schrieb|will wissen|wollte wissen|fragt|fragte|würde gern|hätte gern|schlug vor|schlägt vor|lächelte|weinte|kommt (?:mit|vorbei)|hat Geburtstag|und ich)\b"
    ),
    joined=re.compile(r"^,?\s+und\s+$", re.IGNORECASE),
    joins_surname=False,
    nouns_are_capitalised=True,
    kin=words("Mama Papa Mutti Vati Oma Opa Mami Papi Omi Opi"),
    place_before=phrases(r"(?:in|nach|aus|über|durch|Richtung)\s+"),
    place_nouns=phrases(
        r"(?:im|am|in der|in den|in die|ins|zum|zur|beim|auf dem|auf den|an der|an den|durch den|vom|aus dem|durchs)\s+(?P<place>(?:(?-i:[A-ZÄÖÜ])\w+(?:en|er|em)\s)?\w*(?:[Pp]ark|[Bb]ibliothek|[Bb]üro|[Mm]arkt"
        r"|[Bb]äckerei|[Bb]äcker|[Kk]rankenhaus|[Ss]chule|[Bb]ahnhof|[Ff]lughafen|[Mm]useum|[Kk]ino|[Tt]heater|[Rr]estaurant|[Cc]afé"
        r"|[Ss]upermarkt|[Aa]potheke|[Ff]luss|[Ss]ee|[Ww]ald|[Gg]arten|[Kk]irche|[Ss]chwimmbad|[Kk]neipe|[Bb]ank|[Pp]ost|[Ss]tadt|[Kk]ita|[Ff]itnessstudio|[Ss]trand|Berge|Spielplatz|Rathaus|[a-zäöüß]platz|[a-zäöüß]straße|[a-zäöüß]turm|[a-zäöüß]tor|[a-zäöüß]brücke|[a-zäöüß]hof))\b"
    ),
    place_proper=re.compile(
        r"(?<!\w)[A-ZÄÖÜ][a-zäöüß]+(?:er|en) (?:Garten|Platz|Straße|Allee|Park|Tor|Dom|See|Berg|Wald|Hof|Markt|Bahnhof|Brücke|Turm|Ufer|Weg|Kirche|Bucht)\b"
        r"|(?<!\w)(?:Bad|Sankt|St\.|San|Santa|New|Los|Groß|Klein) [A-ZÄÖÜ][a-zäöüß]+"
    ),
    not_names=words(
        "Ruhe Zukunft Ordnung Kürze Eile Form Wirklichkeit Prinzip Hause Haus Feierabend Arbeit Essen Plan Ich Wir Er Sie Es Du"
        " Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag Januar Februar März April Mai Juni Juli August"
        " September Oktober November Dezember Kafka Deutsch Englisch Spanisch Weihnachten Ostern Mittag Abend Morgen Nachmittag"
        " Urlaub Wochen Tagen Stunden Minuten Teilzeit Elternzeit Rente Panik Gedanken Bewegung Frieden Frage Sicht Wahrheit"
        " Bezug Anspruch Betrieb Kontakt Sicherheit Summe Richtung Gefahr Verbindung Erinnerung Tränen Wahl Bett Not Postgres Excel Slack Teams Zoom Google Siemens Bosch BMW Volkswagen Mercedes Microsoft Tesla SAP Deloitte Samsung Sony Nokia Adobe Oracle IBM Intel Nvidia OpenAI Telekom Vodafone DHL FedEx PayPal Airbnb Starbucks McDonald's Decathlon Netflix Amazon Ikea Rewe Lidl Aldi Edeka WhatsApp"
        " Jeder Keiner Niemand Jemand Alle Man Wer Das Der Die Was Ruhe Familie Bier Wein Kaffee Tee Regen Schnee Sturm Nacht Nebel Sonne Licht Stille Freunden Freunde Kollegen Nachbarn Eltern Kindern Kinder Zeiten Dingen Worten Lust Zeit Angst Sorge Hoffnung Stimmung Laune Form Führung Verzug Planung Prüfung Ahnung Französisch Italienisch"
        " Silvester Neujahr Pfingsten Advent Klausur Therapie Behandlung Schule Uni Vorlesung Probe Pause Mathe Physik Musik Kunst Öl Butter Zucker Milch Wasser Saft Brot Geld Kraft Hilfe Liebe Zweifel Leben Tod Gott Corona Fieber Husten Schnupfen Wetter Hitze Kälte Bus Bahn Zug Auto Fahrrad Flug Fuß"
    ),
)  # fmt: skip
