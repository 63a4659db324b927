"""What recognisers make of silence and music, in whatever language they take it for."""

# ruff: noqa: E501, RUF001 - a language on a line, in its own letters

import re

CREDITS = re.compile(
    r"(?<!\w)(?:"
    r"thanks?(?: you)?(?: (?:all|so much|very much|guys|everyone))? for (?:watching|listening|viewing)(?: (?:this|the|my|our) (?:video|episode|channel|show))?"
    r"|(?:please )?(?:don't forget to )?(?:like(?:,? (?:and )?share)?,? and )?subscribe(?: to (?:my|our|the) channel)?(?: and hit the bell)?"
    r"|(?:subtitles|captions|captioning|transcription|transcribed|translated|translation) (?:by|provided by|from|created by).*"
    r"|(?:i'll |we'll )?see you (?:guys )?(?:in the next (?:video|one|episode)|next time)|bye[- ]bye"
    r"|untertitel(?:ung)?(?:\s?:| der| des| im auftrag| von| vom| aufgrund).*|vielen dank (?:fürs|für(?: das| ihre?| eure?)?) (?:zuschauen|zusehen|zuhören|aufmerksamkeit)|bis zum nächsten mal"
    r"|(?:copyright|©) (?:wdr|swr|ndr|mdr|zdf|ard|br)\b.*|(?:swr|wdr|zdf|ndr|ard text)(?: für funk)?,? (?:19|20)\d\d|eine produktion (?:des|von) .*"
    r"|subtítulos (?:realizados |creados |hechos )?(?:por|de).*|subtitulado por.*|(?:muchas )?gracias por (?:ver|mirar|escuchar)(?: (?:el|este|mi) (?:v[ií]deo|canal))?|(?:no (?:te )?olvides (?:de )?)?suscr[ií]b\w*(?: (?:al|a mi|a nuestro) canal)?|nos vemos en el próximo v[ií]deo"
    r"|sous-titr\w+.*|merci d'avoir (?:regardé|écouté)(?: (?:cette|la) vidéo)?|abonnez-vous.*|n'oubliez pas de vous abonner.*"
    r"|sottotitoli .*|grazie per (?:la visione|aver guardato|l'attenzione).*|iscrivetevi.*"
    r"|legendas? (?:pela|por|de).*|legendado por.*|obrigad[oa] por assistir.*|inscreva-se.*"
    r"|ondertitel\w* .*|bedankt voor het kijken.*|napisy .*(?:amara|społeczność).*|dziękuj\w+ za (?:obejrzenie|uwagę|oglądanie).*"
    r"|undertext\w* .*|tekstet av.*|altyazı.*|izlediğiniz için teşekkür.*"
    r"|субтитры .*|редактор субтитров.*|продолжение следует.*|спасибо за просмотр.*|подписывайтесь.*"
    r"|ترجمة نانسي قنقر|اشتركوا في القناة.*|شكرا للمشاهدة.*"
    r"|ご(?:視聴|清聴)(?:いただき)?ありがとうございま(?:した|す)|チャンネル登録.*|字幕(?:由|提供|志愿者).*|(?:谢谢|謝謝|感谢)(?:大家)?(?:的)?(?:观看|收看|觀看|收聽).*|请不吝点赞.*|請不吝點[贊讚].*"
    r"|시청해\s?주셔서 감사합니다|구독.*부탁.*|ขอบคุณที่รับชม.*|hãy (?:subscribe|đăng ký).*|सब्सक्राइब.*"
    r"|\S{0,40}amara\.org\S{0,40}(?: \w+)?|(?:https?://|www\.)\S+"
    r")",
    re.IGNORECASE,
)
"""Credits and farewells of the films that recognisers were taught with."""

TAG = re.compile(
    r"[\[(（【<*♪♫🎵][^\])）】>*♪♫🎵]{0,40}[\])）】>*♪♫🎵]"
    r"|[♪♫🎵🎶]+"
)
"""Sounds described in brackets: "[Music]", "(applause)", "♪"."""
