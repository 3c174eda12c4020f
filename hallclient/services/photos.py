"""Keep the photos of staff in the hall's database, as its hall file names them."""

from hallclient.services.hallfile.photos import Photo, Photos
from hallclient.services.store import Reader, Store


def save_photos(store: Store, photos: Photos) -> int:
    """Make the photos those of the hall file; return how many changed.

    A photo that could not be read stays as it was; one that is named no longer goes, and so does
    that of a person who has left.
    """
    with store.look() as reader:
        if not _changed(reader, photos) and not _gone(reader):
            return 0
    with store.change("hallfile") as tx:
        news, gone = _changed(tx, photos), _gone(tx)
        staff_of = tx.plan.staff_of
        for photo in news:
            tx.add_media(photo.media, photo.data)
            tx.save_photo(staff_of[photo.staff].id, photo.media.digest)
        for staff_id in gone:
            tx.save_photo(staff_id, "")
        tx.drop_media_unused()
        codes: list[str] = [photo.staff for photo in news]
        tx.record("hall.photos", "staff", {"staff": [*codes], "dropped": len(gone)})
        tx.wake("hall")
        return len(news) + len(gone)


def _changed(reader: Reader, photos: Photos) -> list[Photo]:
    known, staff_of = reader.photos(), reader.plan.staff_of
    return [
        photo
        for photo in photos.found
        if photo.staff in staff_of and known.get(staff_of[photo.staff].id) != photo.media.digest
    ]


def _gone(reader: Reader) -> list[int]:
    named = {member.id for member in reader.plan.staff if member.photo}
    return sorted(set(reader.photos()) - named)
