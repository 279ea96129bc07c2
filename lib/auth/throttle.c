/* Failed entries counted by address, before any account is touched. */
#include <string.h>

#include "auth/auth_int.h"

static struct throttle_slot *
slot_of(struct throttle *t, const char *peer, hb_time now)
{
	struct throttle_slot *oldest = &t->slots[0];
	for (int i = 0; i < THROTTLE_SLOTS; i++) {
		struct throttle_slot *s = &t->slots[i];
		if (strncmp(s->peer, peer, THROTTLE_PEER - 1) == 0) {
			if (now - s->since > THROTTLE_WINDOW)
				s->failures = 0;
			return s;
		}
		if (s->since < oldest->since)
			oldest = s;
	}
	*oldest = (struct throttle_slot){ .failures = 0 };
	return oldest;
}

bool
throttle_blocked(struct throttle *t, const char *peer, hb_time now)
{
	if (peer == NULL || peer[0] == '\0')
		return false;
	bool blocked = false;
	pthread_mutex_lock(&t->lock);
	for (int i = 0; i < THROTTLE_SLOTS; i++) {
		const struct throttle_slot *s = &t->slots[i];
		if (strncmp(s->peer, peer, THROTTLE_PEER - 1) == 0)
			blocked = s->failures >= THROTTLE_FAILURES && now - s->since <= THROTTLE_WINDOW;
	}
	pthread_mutex_unlock(&t->lock);
	return blocked;
}

void
throttle_failed(struct throttle *t, const char *peer, hb_time now)
{
	if (peer == NULL || peer[0] == '\0')
		return;
	pthread_mutex_lock(&t->lock);
	struct throttle_slot *s = slot_of(t, peer, now);
	if (s->failures == 0) {
		memset(s->peer, 0, sizeof s->peer);
		memcpy(s->peer, peer, strnlen(peer, THROTTLE_PEER - 1));
		s->since = now;
	}
	s->failures++;
	pthread_mutex_unlock(&t->lock);
}
