const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Whether it is an IPv4 or IPv6 address, without a zone. (node:net has isIP(), and takes milliseconds to
 * load.)
 */
export function isIpAddress(text: string): boolean {
  return (
    IPV4.test(text) || (/^[\da-f:.]+$/i.test(text) && text.includes(":") && URL.canParse(`http://[${text}]/`))
  );
}
