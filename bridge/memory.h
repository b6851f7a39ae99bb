/* How the C library gives memory back. */
#ifndef BRIDGE_MEMORY_H
#define BRIDGE_MEMORY_H

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Keeps freed memory for the next array, rather than giving each back to the system.
 *
 * R and NumPy allocate an array of 100 x 784 anew for each batch. glibc at first takes what is as
 * large as that from the system and gives it back at once, so that every page of it has to be mapped
 * anew: that takes several times as long as to write the numbers. Its thresholds grow by themselves
 * when larger blocks are freed, up to the values set here; whoever has set them is left alone. */
static inline void bridge_keep_freed_memory(void) {
#ifdef __GLIBC__
  static const char *const settings[] = {
      "GLIBC_TUNABLES",    "MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_",
      "MALLOC_MMAP_MAX_", "MALLOC_TOP_PAD_",
  };
  const int largest = 4 * 1024 * 1024 * (int)sizeof(long); /* DEFAULT_MMAP_THRESHOLD_MAX */
  for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
    if (getenv(settings[i]) != NULL)
      return;
  mallopt(M_MMAP_THRESHOLD, largest);
  mallopt(M_TRIM_THRESHOLD, 2 * largest);
#endif
}

#endif
