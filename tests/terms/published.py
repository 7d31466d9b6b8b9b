"""The SHA-256 of every file of a document that was published.

A text is changed by a new version with a first day of its own, never in its file: people have accepted what it says.
"""

from collections.abc import Mapping

PUBLISHED: Mapping[str, Mapping[str, str]] = {
    "antisocial-forces-declaration": {
        "2016-04-01.en.md": "0d13cf17156969902d2d621e4c0a3851940844e9cd3d9e1f3a9b90dfe7f8e896",
        "2016-04-01.ja.md": "4691950f9982129d09ed5050f837597bf476582bb10c7baf628abb5eb4c3ac03",
    },
    "membership-terms": {
        "2016-04-01.en.md": "2d06cf1204594461a898f72a79e85b242722dead9ec85cf59813e015a086c028",
        "2016-04-01.ja.md": "c65029413694848c6ed849e78db048eec6cc2fe1e7038ef4eb1a1977e109b13d",
    },
    "point-rules": {
        "2016-04-01.en.md": "7fcc41adb3079d553f8b3ce1f610976c4bfc13536028d3b9dda9c613d63dde98",
        "2016-04-01.ja.md": "81505da2e08c11239677306802a607c5883e21e4e988ffe78d8089d058a4fd6b",
        "2022-04-01.en.md": "066fdcc7363c084c29060ecad2b5351083887e781a1252efcabda7b8be352cdd",
        "2022-04-01.ja.md": "5c89c0d1144b82d6dc55acf8ad64eec4757cbe28c5c007f2acbfb8ff0256f359",
    },
    "portal-terms": {
        "2017-02-01.en.md": "1f0ec49f43d1ef22616f681b20ce008209c4058c550a52fc813abb35d2af9a60",
        "2017-02-01.ja.md": "03449678e71c18967d7c9c58d7178098b44bc6e712a99fa6d43f84d40ad72490",
    },
    "privacy-notice": {
        "2022-04-01.en.md": "7d099c0d416324737893504b6811ca8ad1d8411a0b8fa47a9fe5e2c5d2429584",
        "2022-04-01.ja.md": "89977dc912157bbc7f5f29d338e526b1204a36875f7a601d467df36d9f65ca4f",
    },
}
