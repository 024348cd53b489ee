/*
 * The cloud as it is found on the first day, from the world's random numbers alone.
 */
#ifndef SANDBOX_SEED_H
#define SANDBOX_SEED_H

/** seed_init - regions, projects, images, networks, key pairs and servers of a new world. */
void seed_init(void);
#endif
