"""People and places in Spanish."""

# ruff: noqa: E501 - a pattern reads best on one line

import re

from agents.diarist.offline.rules.name_words import NameWords
from agents.diarist.offline.rules.patterns import phrases, words

NAMES = NameWords(
    person_strong=phrases(
        r"(?:Sr|Sra|Dr|Dra)\.?\s+", r"(?:señor|señora|señorita|don|doña|doctora?|profesora?|tí[oa]|prim[oa]|abuel[oa]|entrenadora?)\s+",
        r"(?:mi|nuestr[oa]|su) (?:mejor )?(?:amig[oa]|herman[oa]|jef[ea]|compañer[oa]|vecin[oa]|marido|mujer|hij[oa]|tí[oa]|prim[oa]|pareja|novi[oa]|sobrin[oa]|cuñad[oa]),?\s+",
        r"(?:llamé|llamar|llamado|llamo|vi|visité|visitar|conocí|conocer|encontré|pregunté|preguntar|invité|invitar|ayudé|escribí|escribir|avisar|ver|pedirle|decirle|darle|mandarle|enviarle|devolverle|dije|conté|prometí|prometido|felicitar) (?:\w+ ){0,4}?a\s+",
        r"(?:quedé|quedado|quedo|quedamos|hablé|hablado|hablamos|comí|cené|desayuné|reunido|paseé|hablar|quedar|comemos|cenamos|vemos) con\s+",
        r"(?:se llama|llamad[oa])\s+",
    ),
    person_weak=phrases(r"(?:con|y|que|pero|de parte de|sin|para)\s+"),
    person_after=re.compile(r"^\s+(?:me |nos |se |le |ya |todavía )*(?:dijo|dice|preguntó|contó|ha dicho|rió|propuso|prometió|piensa|cree|quiere|quería|llamó|ha llamado|vino|viene|vienen|va a|pidió|ha pedido|mandó|escribió|repite|trajo|opina|insiste|dirige|está embarazada|se muda|tiene que|y yo)\b"),
    joined=re.compile(r"^,?\s+(?:y|e)\s+$", re.IGNORECASE),
    kin=words("Mamá Papá mamá papá Abuela Abuelo"),
    place_before=phrases(r"(?:en|hacia|desde|hasta|visitar|visito|visitamos|(?:vuelo|volamos|viaje|tren|ir|voy|vamos|viajo|viajamos|fui|fuimos|llegamos|llegué|llegar|muda|mudo|mudamos|mudarse|irá|va|van|volver|vuelvo|camino|excursión|billetes?|vuelos?|avión|casa|piso|playas?|centro|barrio|pueblo|afueras|hotel|ferry|coche|regreso) (?:a|de))\s+"),
    place_nouns=phrases(
        r"(?:en|al|a|del|hacia|por|desde)\s*(?:el |la |un |una |nuestro |mi )?(?P<place>(?:parque|biblioteca|oficina|gimnasio|playa|mercado|panadería|hospital|escuela|colegio"
        r"|estación|aeropuerto|museo|cine|teatro|restaurante|café|cafetería|supermercado|farmacia|río|lago|bosque|montaña|jardín|iglesia|piscina|bar|tienda"
        r"|ayuntamiento|centro|pueblo|universidad|huerto|plaza))\b"
    ),
    place_proper=re.compile(
        r"(?<!\w)(?:[Pp]arque|[Pp]laza|[Cc]alle|[Aa]venida|[Pp]aseo|[Tt]eatro|[Mm]useo|[Hh]otel|[Ee]stadio|[Mm]ercado|[Pp]uente|[Cc]atedral|[Ii]glesia|[Ee]stación|[Ss]ierra|[Ll]ago|[Rr]ío|[Mm]onte|[Pp]uerto|[Ii]sla|[Cc]afé|[Bb]ar|[Hh]ospital|[Cc]olegio|[Uu]niversidad|[Pp]laya|[Bb]arrio) (?:(?:del?|de la|de los|de las) )?(?:la )?[A-ZÁÉÍÓÚÑ]\w+(?: [A-ZÁÉÍÓÚÑ]\w+)?"
        r"|(?<!\w)(?:San|Santa|Nueva|Los|Las|La|El|Buenos|Costa|Puerto|Río|Sierra|Ciudad) (?:de )?[A-ZÁÉÍÓÚÑ]\w+"
    ),
    not_names=words(
        "Yo El La Los Las Un Una Lunes Martes Miércoles Jueves Viernes Sábado Domingo Enero Febrero Marzo Abril Mayo Junio"
        " Julio Agosto Septiembre Octubre Noviembre Diciembre Navidad Dios Kafka Google Internet Español Inglés Hoy Mañana Postgres Excel Slack Teams Zoom Siemens Bosch BMW Volkswagen Mercedes Microsoft Tesla SAP Deloitte Samsung Sony Nokia Adobe Oracle IBM Intel Nvidia OpenAI Telekom Vodafone DHL FedEx PayPal Airbnb Starbucks McDonald's Decathlon Netflix Amazon Ikea Lidl Mercadona WhatsApp YouTube Instagram"
        " Reyes Nochebuena Nochevieja Pascua Semana Santa Covid Todo Todos Nadie Alguien Cada Ella Él Ellos Nosotros Eso Esto Aquello Si Cuando Como Pero Porque Que Quien Antes Después Luego Ya No Sí Y"
    ),
)  # fmt: skip
