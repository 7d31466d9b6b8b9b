"""The SHA-256 of every file of a document that was published.

A text is changed by a new version with a first day of its own, never in its file: people have accepted what it says.
"""

from collections.abc import Mapping

PUBLISHED: Mapping[str, Mapping[str, str]] = {
    "antisocial-forces-declaration": {
        "2016-04-01.en.md": "0d995a4bf3efbd29ea4ef794db41c9979bbc57dbb4415d337d00624a12488ffd",
        "2016-04-01.ja.md": "4691950f9982129d09ed5050f837597bf476582bb10c7baf628abb5eb4c3ac03",
    },
    "membership-terms": {
        "2016-04-01.en.md": "62ecd1a6411edd500209b06f6f9276b33dc0268c6b3660d1f4f77f2c07f9a963",
        "2016-04-01.ja.md": "c65029413694848c6ed849e78db048eec6cc2fe1e7038ef4eb1a1977e109b13d",
    },
    "point-rules": {
        "2016-04-01.en.md": "f228d665c7e94facd86f9a454fa2c80ea1b3fce643900f0b2076689b32870f16",
        "2016-04-01.ja.md": "860e2fad42ef8c253a229bb307a51e1075f062e367612179ec68023b2f1f0b8b",
        "2022-04-01.en.md": "3e85f9d4fc424b9c230bb0973cb71a13de8845af5541b423b24041cf2f0d7ca1",
        "2022-04-01.ja.md": "e754e8b59778d5711d4cb02290d02b43f8748287f43ca950a2efeea33c15b9c9",
    },
    "portal-terms": {
        "2017-02-01.en.md": "5b82e65f0c75f5eeb51094570b6d02fbbc85db2828a531cf9fc65a9f7228741f",
        "2017-02-01.ja.md": "0fe8783d2ad37abf9fc6e48e2958870d88fb1a4ab99f27d949b8cdfe16da6172",
    },
    "privacy-notice": {
        "2022-04-01.en.md": "1d579e0ddf072019c10782302f4f81bab858b19faf91a279b6eb016266ff7922",
        "2022-04-01.ja.md": "89977dc912157bbc7f5f29d338e526b1204a36875f7a601d467df36d9f65ca4f",
    },
}
