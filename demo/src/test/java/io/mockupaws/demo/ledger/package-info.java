@NullMarked
package io.mockupaws.demo.ledger;

import org.jspecify.annotations.NullMarked;
