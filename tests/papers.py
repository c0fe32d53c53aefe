"""Small files of every kind that is taken, made on the spot."""

import io
import zipfile

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\x00" * 20 + b"\xff\xd9"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + b"\x00" * 17
CSV = "番号,氏名\r\n1,見本 花子\r\n".encode("cp932")
TEXT = "見本の資料です。\n".encode()
MAIN = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip file."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return made.getvalue()


def office(kind: str, **parts: bytes) -> bytes:
    """A file of Word ('docx'), Excel ('xlsx') or PowerPoint ('pptx'), with further parts."""
    main = f"application/vnd.openxmlformats-officedocument.{MAIN[kind]}.main+xml"
    types = f'<Types><Override PartName="/main.xml" ContentType="{main}"/></Types>'
    return packed({"[Content_Types].xml": types.encode(), "main.xml": b"<a/>", **parts})


def bomb() -> bytes:
    """A Word file of half a megabyte that becomes 300 MB."""
    return office("docx", bomb=b"\x00" * 300_000_000)
