package dev.tidemark.archive.store;

import java.util.regex.Pattern;

/** Keeps credentials that somebody put into a URL out of messages. */
final class UrlMask {

  private static final Pattern USER_INFO = Pattern.compile("//[^/@]*@");

  private UrlMask() {}

  static String mask(String url) {
    return USER_INFO.matcher(url).replaceFirst("//***@");
  }
}
