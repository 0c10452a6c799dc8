/* Ringtrail's script: shows each visitor the phone number that is leased to them, and tells the
   server while the page is seen. One file, no build, no third party, no cookie.

     <script async src="https://HOST/ringtrail.js" data-site="KEY"></script>

   ringtrail('consent', true | false)   false puts the page's own numbers back and stops; remembered
   ringtrail('swap')                    look through the page again, now
   ringtrail('id', callback)            callback(visitor, visit), once the server has answered
   Event `ringtrail:swap` on window, detail = the numbers; attribute `data-rt-skip`: hands off.
   To call before the script has loaded:
     window.ringtrail = function () { (ringtrail.q = ringtrail.q || []).push(arguments); };

   Needs of a Content-Security-Policy: script-src and connect-src of HOST. Syntax: ES2020, and no
   look-behind in regular expressions (Safari before 16.4 would refuse the whole file). */
