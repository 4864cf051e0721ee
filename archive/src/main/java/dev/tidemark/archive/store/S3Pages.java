package dev.tidemark.archive.store;

import java.util.Iterator;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;

/** The pages of a listing, fetched when they are needed, with coded failures. */
final class S3Pages {

  private final Iterator<ListObjectsV2Response> pages;
  private final String where;

  private S3Pages(Iterator<ListObjectsV2Response> pages, String where) {
    this.pages = pages;
    this.where = where;
  }

  static S3Pages of(S3Client client, ListObjectsV2Request request, String where) {
    return new S3Pages(client.listObjectsV2Paginator(request).iterator(), where);
  }

  Stream<ListObjectsV2Response> stream() {
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new CodedIterator(), Spliterator.ORDERED), false);
  }

  private final class CodedIterator implements Iterator<ListObjectsV2Response> {

    @Override
    public boolean hasNext() {
      try {
        return pages.hasNext();
      } catch (SdkException e) {
        throw S3Failures.coded(e, where);
      }
    }

    @Override
    public ListObjectsV2Response next() {
      try {
        return pages.next();
      } catch (SdkException e) {
        throw S3Failures.coded(e, where);
      }
    }
  }
}
