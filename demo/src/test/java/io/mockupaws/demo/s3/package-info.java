@NullMarked
package io.mockupaws.demo.s3;

import org.jspecify.annotations.NullMarked;
