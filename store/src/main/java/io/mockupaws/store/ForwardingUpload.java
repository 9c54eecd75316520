package io.mockupaws.store;

import java.nio.ByteBuffer;

/** Hands every call on to another upload: a base for those that change a few of them. */
public abstract class ForwardingUpload implements Upload {
  private final Upload upload;

  /** Closing this one closes the other. */
  protected ForwardingUpload(Upload upload) {
    this.upload = upload;
  }

  @Override
  public void part(ByteBuffer bytes) {
    upload.part(bytes);
  }

  @Override
  public CreateOutcome commit() {
    return upload.commit();
  }

  @Override
  public void close() {
    upload.close();
  }
}
