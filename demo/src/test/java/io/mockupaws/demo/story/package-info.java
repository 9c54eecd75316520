@NullMarked
package io.mockupaws.demo.story;

import org.jspecify.annotations.NullMarked;
