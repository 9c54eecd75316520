/**
 * Writers that note outside the server what it acknowledged and when, and the proof that a
 * recovered server holds exactly what it should.
 */
@NullMarked
package io.mockupaws.demo.ledger;

import org.jspecify.annotations.NullMarked;
