/* The mem* functions come with Rust's compiler-builtins; FDK's encoder calls no other function of this file. */
#pragma once
#include <stddef.h>

extern "C" {
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);
int memcmp(const void *left, const void *right, size_t size);
size_t strlen(const char *text);
int strcmp(const char *left, const char *right);
int strncmp(const char *left, const char *right, size_t size);
char *strchr(const char *text, int character);
char *strstr(const char *text, const char *part);
char *strcpy(char *to, const char *from);
char *strncpy(char *to, const char *from, size_t size);
}
