/* hocba-sign/pin.h - the PIN of a batch: from a file, a descriptor, or asked once on the terminal without echo.
 * The buffer is the caller's; wipe it (sodium_memzero) after the login. */
#ifndef AGENT_PIN_H
#define AGENT_PIN_H
#include "sign/p11.h"

struct pin_options { const char *file; int fd; };      /* file NULL and fd -1: ask */
enum hb_code pin_read(const struct pin_options *o, const char *prompt, char out[P11_PIN_MAX + 1], struct hb_err *err);
/* Ask yes or no on the terminal; false also when there is no terminal. */
bool         pin_confirm(const char *question);
#endif
