"""People and places in English."""

# ruff: noqa: E501, RUF001 - apostrophes as typeset; a pattern reads best on one line

import re

from agents.diarist.offline.rules.name_words import NameWords
from agents.diarist.offline.rules.patterns import phrases, words

NAMES = NameWords(
    person_strong=phrases(
        r"(?:Mr|Mrs|Ms|Dr|Prof|Miss|Mister|Aunt|Auntie|Uncle|Cousin|Doctor|Professor|Coach|Father|Sister|Nurse|Officer|Pastor)\.?\s+",
        r"(?:my|our|his|her) (?:\w+ )?(?:friend|sister|brother|boss|colleague|neighbou?r|wife|husband|partner|son|daughter|aunt|uncle|cousin|manager|flatmate|roommate|girlfriend|boyfriend|nephew|niece|teacher|coach|therapist),?\s+",
        r"(?:met|meet|meeting|called|calling|phoned|texted|asked|told|thanked|hugged|messaged|married|thank|remind|invite|congratulate)\s+(?:up )?(?:with )?",
        r"(?:a (?:guy|man|woman|girl|colleague|friend) (?:called|named)|thanks to)\s+",
    ),
    person_weak=phrases(r"(?:with|invited|joined|helped|saw|emailed|ask|tell|call|text|email|phone|ring|pay|send|give|lend|show|owe|bring|help|meet|and|see|that|for|like|about|from|when|because|but|so|after|hope|says|as)\s+"),
    person_after=re.compile(
        r"^\s+(?:said|says|told|asked|asks|thinks|texted|laughed|suggested|offered|promised|mentioned|called me|wants|wanted|called|rang|phoned|emailed|sent me|gave me|agreed|invited|reminded|insists|keeps|kept|already|thought|loves|loved|hates|hated|looked|smiled|cried"
        r"|came|comes over|would like|would love|will talk|will lead|will send|will help|will bring|might come|is going to|is coming|is moving|is visiting|is leading|is doing|is taking|has to|has been|has finally|was late|was there|was so|was really|is pregnant|is sick|is ill|picked|drove|cooked|made|brought|helped|taught|and I)\b"
    ),
    joined=re.compile(r"^(?:,)?\s+and\s+$", re.IGNORECASE),
    kin=words("Mum Mom Dad Grandma Grandpa Granny Grandad Mummy Daddy Nana Gran Auntie"),
    place_before=phrases(r"(?:in|to|near|from|through|around|outside|visit|visiting|visited|reached|left for|leave for|leaves for|fly to|into|towards|across|leaving)\s+(?:the )?"),
    place_nouns=phrases(
        r"(?:at|in|to|from|near|through|into|by|around|along|past)\s+(?:the |a |our |my )?(?P<place>(?:(?-i:[a-z]+) )?(?:park|library|office|gym|beach|market"
        r"|bakery|hospital|school|station|airport|museum|cinema|theatre|restaurant|caf[eé]|supermarket|pharmacy|river|lake"
        r"|forest|mountains|garden|church|pool|playground|pub|bar|shop|store|bank|post office|allotment|town hall|harbou?r|seaside))\b"
    ),
    place_proper=re.compile(
        r"(?<!\w)(?:St\.? )?(?:[A-Z][\w'’]+ ){1,3}(?:Park|Square|Street|Road|Avenue|Lane|Hall|Station|Bridge|Museum|Gallery|Hotel|Airport|Beach|Lake|Hill|Hills|Gardens?|Café|Cafe|School|University|College|Hospital|Cathedral|Church|Castle|Market|Harbour|Bay|Island|Valley|Forest|Mountain|River|Tower|Theatre|Theater|Stadium|Library|Centre|Center|Court|Pier|Falls|Inn|Arms)\b"
        r"|(?<!\w)(?:Lake|Mount|Cape|Port|San|Santa|New|Los|Las|Saint|St\.?|Fort|North|South|East|West) [A-Z]\w+(?: [A-Z]\w+)?"
    ),
    not_names=words(
        "I I'm I'll I've I'd Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April"
        " May June July August September October November December English German Spanish French Italian Christmas"
        " Easter God OK Okay Internet Kafka Google Zoom Siemens Bosch BMW Volkswagen Mercedes Microsoft Tesla SAP Deloitte Samsung Sony Nokia Adobe Oracle IBM Intel Nvidia OpenAI Telekom Vodafone DHL FedEx PayPal Airbnb Starbucks McDonald's Decathlon Netflix Wi-Fi The A An It We He She They This That There My"
        " Our Today Tomorrow And But So Then CEO HR IT PhD TV GP Postgres Excel Slack Teams Amazon Spotify WhatsApp Facebook Instagram YouTube Uber Ikea Lidl Aldi Tesco Apple iPhone Android"
        " Windows Linux Python Java Docker Word Outlook Gmail Twitter Halloween Thanksgiving Ramadan Hanukkah Diwali Chinese Japanese Russian Portuguese Dutch American British European Irish Greek Indian Mondays Tuesdays"
        " Wednesdays Thursdays Fridays Saturdays Sundays Everyone Everybody Nobody Someone Somebody Anyone Anybody People Kids Management Work School Others Both One None Neither You Who What When Where Why How"
        " Maybe Perhaps Please Thanks Hello Hi Hey Yes No Yeah Oh Well Next Last After Before Because If Not Just Dinner Lunch Breakfast Netflix Covid Bluetooth Jenkins Kubernetes Jira GitHub Git Note Let Remind"
        " Christian Catholic Muslim Jewish Bible Church State Internet Street Road Uncle Aunt Auntie Mister Miss Doctor Professor Coach Another Every Each Dr Mr Mrs Ms Prof Also Still Only Even Once Since While Though These Those"
    ),
)  # fmt: skip
