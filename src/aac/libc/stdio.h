/* Declarations for FDK's wrappers of the C library. Only vsprintf is ever called; src/aac/libc.rs has it. The linker
 * drops the other wrappers, and scripts/check-imports.mjs checks that it did. */
#pragma once
#include <stdarg.h>
#include <stddef.h>

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

typedef struct FILE FILE;

extern "C" {
extern FILE *const stderr;
FILE *fopen(const char *name, const char *mode);
int fclose(FILE *file);
int feof(FILE *file);
int fflush(FILE *file);
char *fgets(char *line, int size, FILE *file);
size_t fread(void *items, size_t size, size_t count, FILE *file);
int fseek(FILE *file, long offset, int whence);
long ftell(FILE *file);
size_t fwrite(const void *items, size_t size, size_t count, FILE *file);
int getchar(void);
int vfprintf(FILE *file, const char *format, va_list arguments);
int vprintf(const char *format, va_list arguments);
int vsprintf(char *text, const char *format, va_list arguments);
}
