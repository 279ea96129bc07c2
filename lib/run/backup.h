/* run/backup.h - one encrypted file with everything that makes a system: configuration, keys, database.
 *
 * The file is sealed to a public key whose secret half the head keeps outside the server (architecture §9): it can be
 * made by a server that cannot read it.  Layout: magic, sealed stream key, stream header, then chunks
 * (XChaCha20-Poly1305, the last one marked), holding for each part a name, a length and its bytes.
 * SQLite only: PostgreSQL is backed up by its own tools. */
#ifndef RUN_BACKUP_H
#define RUN_BACKUP_H
#include "run/system.h"

/* A new pair: the secret goes to secret_path (mode 0600), the public half as hex into ret_public. */
enum hb_code backup_key_make(const char *secret_path, struct hb_arena *a, const char **ret_public, struct hb_err *err);
/* rt is open, and may be serving.  to must not exist. */
enum hb_code backup_write(struct runtime *rt, const char *to, struct hb_err *err);
/* Into an empty folder DATA/<system>, which is then checked by fsck before it is served. */
enum hb_code backup_restore(const char *from, const char *secret_path, const char *folder, struct hb_err *err);
#endif
