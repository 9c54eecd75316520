/** An S3 server of our own on a directory, for the demo and the tests. */
@NullMarked
package io.mockupaws.demo.s3;

import org.jspecify.annotations.NullMarked;
